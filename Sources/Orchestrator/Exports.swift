// An embedder of the library imports it alone: the values that its methods take and give are in layers below.
@_exported public import OrchestratorModel
@_exported public import OrchestratorStacks
