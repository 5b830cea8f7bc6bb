def bench(n):
    table = {}
    total = 0
    for i in range(n):
        k = i % 1000
        table[k] = table.get(k, 0) + i
    for i in range(n):
        if table.get(i) is not None:
            total += 1
    for k, v in table.items():
        total += k + v
    return total
