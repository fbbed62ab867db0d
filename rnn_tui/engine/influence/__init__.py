"""The influence of each word on each step: by the gradient, integrated, by occlusion, and itemised."""
