"""What panels are drawn with: the pen, the canvas, lines of text, bars, sliders and charts."""
