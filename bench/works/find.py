def bench(n):
    numbers = list(range(n))
    pairs = [(i, -i) for i in range(n)]
    total = 0
    for i in range(20):
        at = n - 1 - i
        total += next((x for x in numbers if x == at), None)
        total += next((x for x in pairs if x[0] == at), None)[1]
        total += next((x for x in pairs if x[0] == at), None)[0]
        total += next((x for x in pairs if x[0] == at), None)[1]
        total += next((x for x in pairs if x[0] == at), None)[0]
    return total
