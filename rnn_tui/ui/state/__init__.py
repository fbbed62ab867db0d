"""What is shown and set on the screens, as frozen values: the scene, the view, the dials, the jobs."""
