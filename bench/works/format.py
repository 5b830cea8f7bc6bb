def bench(n):
    total = 0
    for i in range(n):
        total += len(f"{i} and {i * 2}")
        total += len("%5d|%08d|%x" % (i, i, i))  # noqa: UP031
        total += len(f"{'name'}: {'value':10}\n")
        total += len(f"{i / 8:.3f}")
        total += len(", ".join(str(x) for x in [i, "b", "c"]))
    return total
