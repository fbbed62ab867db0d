"""The recurrent modules among the tensors of a file, with what reads words before them and answers behind them."""
