from functools import cmp_to_key
from operator import itemgetter


def bench(n):
    numbers = [i * 7919 % 10007 for i in range(n)]
    pairs = [(x, -x) for x in numbers]
    total = 0
    for i in range(10):
        total += sorted(numbers)[0]
        total += sorted(numbers, reverse=True)[i]
        total += sorted(pairs, key=itemgetter(1))[1][0]
        total += sorted(numbers, key=cmp_to_key(lambda a, b: -1 if a ^ 1 < b ^ 1 else 0))[i]
    return total
