"""Which library runs the coroutine?"""
try:
    from sniffio import current_async_library as current
except ImportError:
    from anyio._core._eventloop import current_async_library as current  # noqa: F401
