"""The actions that keys run, group by group; each stands on `LabCore`, and `LabApp` is all of them together."""
