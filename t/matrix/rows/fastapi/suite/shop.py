import inspect
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI, HTTPException, WebSocket

state = {}


@asynccontextmanager
async def lifespan(app):
    state["up"] = True
    yield
    state.clear()


def make():
    if "lifespan" in inspect.signature(FastAPI.__init__).parameters:
        return FastAPI(lifespan=lifespan)
    app = FastAPI()
    app.on_event("startup")(lambda: state.update(up=True))
    app.on_event("shutdown")(state.clear)
    return app


app = make()


def user():
    return "nobody"


@app.get("/")
async def index():
    return {"up": state.get("up", False)}


@app.get("/items/{number}")
def item(number: int):
    if number > 10:
        raise HTTPException(status_code=404, detail="no such item")
    return {"number": number}


@app.get("/me")
async def me(who: str = Depends(user)):
    return {"who": who}


@app.get("/broken")
async def broken():
    raise ZeroDivisionError


@app.websocket("/ws")
async def ws(socket: WebSocket):
    await socket.accept()
    await socket.send_json({"echo": await socket.receive_text()})
    await socket.close()
