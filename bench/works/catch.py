class Found(Exception):
    def __init__(self, tag, value):
        self.tag = tag
        self.value = value


def search_deep(n, tag):
    if n == 0:
        raise Found(tag, n)
    return 1 + search_deep(n - 1, tag)


def bench(n):
    total = 0
    for _ in range(n):
        try:
            total += search_deep(5, "found")
        except Found as e:
            if e.tag != "found":
                raise
            total += e.value
    return total
