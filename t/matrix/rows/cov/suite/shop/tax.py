import threading

RATES = {"books": 7, "food": 7}


def rate(kind):
    if kind in RATES:
        return RATES[kind]
    if kind == "none":
        return 0
    return 19


def rates_in_thread(kinds):
    found = []

    def work():
        for kind in kinds:
            found.append(rate_of_thread(kind))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return found


def rate_of_thread(kind):
    if kind == "thread":
        return 1
    return 2


def unwatched():
    a = 1
    return a
