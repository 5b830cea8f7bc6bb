class BenchError(Exception):
    def __init__(self, value):
        self.value = value


def fail(x):
    raise BenchError(x)


def handled(x):
    try:
        return fail(x)
    except BenchError as e:
        return e.value


def bound(x):
    try:
        return fail(x)
    except BenchError as e:
        return e.value


def restarted(x):
    try:
        try:
            return fail(x)
        except BenchError as e:
            raise LookupError(e.value) from None
    except LookupError as e:
        return e.args[0]


def bench(n):
    total = 0
    for i in range(n):
        total += handled(i)
        total += bound(i)
        total += restarted(i)
    return total
