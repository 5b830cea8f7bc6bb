from functools import reduce
from operator import add


def bench(n):
    numbers = list(range(n))
    total = 0
    for i in range(20):
        total += reduce(add, numbers)
        total += reduce(lambda a, b: b - a, numbers)
        total += reduce(max, numbers, 0)
        total += reduce(lambda a, b: a ^ (b + i), numbers)
    return total
