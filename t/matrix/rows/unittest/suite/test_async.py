import asyncio
import unittest

from conftest import note


class Async(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        note("up", "function", self.id())
        self.addAsyncCleanup(self.last)
        self.loop = asyncio.get_running_loop()

    async def asyncTearDown(self):
        self.assertIs(self.loop, asyncio.get_running_loop())

    async def last(self):
        await asyncio.sleep(0)
        note("down", "function", self.id())

    async def test_passes(self):
        await asyncio.sleep(0)
        self.assertIs(self.loop, asyncio.get_running_loop())

    async def test_fails(self):
        await asyncio.sleep(0)
        self.fail("in a coroutine")

    async def test_skips(self):
        self.skipTest("not now")

    async def test_subtests(self):
        for n in range(3):
            with self.subTest(n=n):
                await asyncio.sleep(0)
                self.assertNotEqual(n, 1)

    def test_sync(self):
        self.assertIsNotNone(self.loop)


class BrokenAsyncSetUp(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        raise OSError("no asyncSetUp")

    async def test_first(self):
        pass
