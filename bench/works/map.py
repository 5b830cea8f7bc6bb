def square(x):
    return x * x


def bench(n):
    numbers = list(range(n))
    total = 0
    for i in range(20):
        total += [square(x) for x in numbers][1]
        total += [x + i for x in numbers][1]
        total += [square(x) for x in numbers][1]
        total += [x + y for x, y in zip(numbers, numbers, strict=False)][1]
        for x in numbers:
            total += x
        for x in numbers:
            total -= x
    return total
