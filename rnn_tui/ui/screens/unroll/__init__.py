"""The Unroll screen and the inspector of a step."""
