"""A shop in Python whose prices are Lisp's: pricing.cl has objects, rules and restarts, we decide about mistakes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import acl
from acl.python.control import compute_restarts, handler_bind, invoke_restart

acl.load(Path(__file__).with_name("pricing.cl"))
add_product = acl.function("pricing:add-product")
order = acl.function("pricing:order")
price = acl.function("pricing:price")

for sku, name, cents in [("A1", "Anvil", 4500), ("R2", "Rocket skates", 12900), ("B3", "Birdseed", 250)]:
    add_product(sku, name, cents)

# Lisp objects: print-object prints them, slots are attributes, values are Python's.
ada = order("Ada", [("A1", 1), ("B3", 4)])
print(ada, "of", ada.customer, [(line.product.name, line.quantity) for line in ada.lines])
ada.lines.car.product.unit_price = 4000
ada.customer = "Ada Lovelace"
print(price(ada), ada)


# A rule of ours among those of Lisp.
def loyal(order: Any) -> int | None:
    """Give a customer we know a little."""
    return -100 if order.customer == "Wile" else None


acl.function("pricing:add-rule")(acl.eval("'loyal"), loyal)


# Decisions: Lisp has found a mistake and waits, with all it was doing, for one of its restarts.
def unknown_product(condition: Any) -> None:
    """Sell one article all the same; leave others out."""
    print("?", condition, "   ", "; ".join(map(str, compute_restarts(condition)[:2])))
    if condition.sku == "X9":
        invoke_restart("use-price", 999)
    invoke_restart("skip-line")


def bad_quantity(condition: Any) -> None:
    """Take one of it."""
    print("?", condition)
    invoke_restart("use-value", 1)


wile = handler_bind(lambda: order("Wile", [("R2", 1), ("X9", 2), ("Y0", 1), ("B3", "many")]),
                    ("pricing:unknown-product", unknown_product), ("pricing:bad-quantity", bad_quantity))
print(wile, [line.product.name for line in wile.lines])
for rule, change in acl.python_data(wile.notes):
    print("  ", rule.name, change)

# A mistake that nobody decides about is an exception.
try:
    order("Eve", [("E5", 1)])
except acl.Error as error:
    print(type(error).__name__, error.sku, "-", error)
