"""The cells, a folder each: one step, its exact linear map, its difference for occlusion, and its batch kernel.

What the engine asks of a cell is `cell.CellMathematics`; `table` has that of every cell. A cell's words, gates and
state are in `engine.kinds.CELLS`. A new cell is an entry there, a folder here, and a line in `table`.
"""
