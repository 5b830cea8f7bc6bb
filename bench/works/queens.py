def queens(board, row, n):
    if row == n:
        return 1
    count = 0
    for col in range(n):
        if not any(c == col or abs(c - col) == row - r for r, c in board):
            count += queens([*board, (row, col)], row + 1, n)
    return count


def bench(n):
    return queens([], 0, n)
