class Cart:
    currency = "EUR"

    def __init__(self):
        self.lines = []

    def add(self, price, number=1):
        if number < 1:
            raise ValueError("nothing to add")
        if price > 1000:
            self.check(price)
        self.lines.append((price, number))
        return self

    def check(self, price):
        if price > 10000:
            return False
        return True

    def total(self):
        result = 0
        for price, number in self.lines:
            result += price * number
        return result

    def ship(self):  # pragma: no cover
        raise NotImplementedError

    def discount(self):
        total = self.total()
        while total > 100:
            total -= 10
            if total == 150:
                break
        else:
            return total
        return -1
