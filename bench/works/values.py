def halves(a, b):
    return a - b, a + b


def through(a, b):
    return halves(a, b)


def bench(n):
    total = 0
    for i in range(n):
        q, r = through(i, 7)
        total += q + r
        q, r = divmod(i, 7)
        total += q - r
        total += halves(i, 3)[0]
    return total
