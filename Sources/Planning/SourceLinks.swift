import OrchestratorModel

extension InsideWalk.Link {
  /// Why an app whose source has this link is not deployed.
  var refusal: OrchestratorError {
    OrchestratorError(
      .invalidInput, "\(path.quoted) in the source is a link to \(target.quoted), which leads out of it",
      hint: "put what it leads to into the source, or name the link in .dockerignore")
  }
}
