def bench(n):
    numbers = list(range(n))
    total = 0
    for i in range(20):
        total += len([x for x in numbers if not x % 2 == 1])
        total += len([x for x in numbers if not x > i * 50])
        total += len([x for x in numbers if x % 2 == 0])
        total += len([x for x in numbers if not x % 3 == 1])
        total += len([x for x in numbers if x != i])
        total += len([x for x in numbers if x != i])
    return total
