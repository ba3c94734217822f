"""Runs in processes that tests start."""
import sys


def by_fork(n):
    if n > 1:
        return n * 2
    return n


def by_pool(n):
    if n > 100:
        return -1
    return n + 1


def by_process(queue):
    queue.put("done")


def by_spawn(queue):
    queue.put("spawned")


def main(args):
    if args:
        print(" ".join(args))
        return 0
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
