def bench(n):
    numbers = [i * 2 for i in range(n)]
    total = 0
    for i in range(20):
        at = 2 * (n - 1 - i)
        total += next((i for i, x in enumerate(numbers) if x == at), None)
        total += next((i for i, x in enumerate(numbers) if x >= at), None)
        total += numbers.index(at)
        total += next((i for i, x in enumerate(numbers) if x >= at), None)
    return total
