# sources.mk: which C source makes what.  Read by the Makefile and by setup.py: `name = words and patterns`, no more.

# All rooms, and their headers.
c_src = src/*.c
c_headers = include/prun/*.h
# Only these may include Python.h: the others are not told where it is.
python_src = src/blueprint.c src/embed.c src/convert.c src/bridge*.c src/capture*.c src/fixture*.c src/fused*.c src/holder.c src/hook*.c src/intact.c src/raised.c
# These make the executable; all others are the core, in it and in the extension module.
program_src = src/main.c src/host.c src/interp.c src/embed.c
# By pkg-config.
c_libraries = libbsd jansson
# Hidden, or our xmalloc would stand in for the one that readline exports: the executable shows its symbols
# to extension modules.
c_language = -std=c11 -fvisibility=hidden
