def bench(n):
    sieve = bytearray([1]) * (n + 1)
    count = 0
    for i in range(2, n + 1):
        if sieve[i] == 1:
            count += 1
            for j in range(i * i, n + 1, i):
                sieve[j] = 0
    return count
