/// Which workload of a release: of which component, and which of its instances.
package struct WorkloadID: Hashable, Sendable, Comparable {
  /// The component; nil when the app's stack is not made of components.
  package let component: ComponentName?
  /// Which of the component's instances it is, from 1.
  package let instance: Int

  package init(component: ComponentName?, instance: Int) {
    (self.component, self.instance) = (component, instance)
  }

  /// Orders workloads by component, then by instance.
  package static func < (left: WorkloadID, right: WorkloadID) -> Bool {
    (left.component?.description ?? "", left.instance) < (right.component?.description ?? "", right.instance)
  }
}

/// One workload of a component: what the component's plan says, and which of its instances it is.
@dynamicMemberLookup
package struct WorkloadPlan: Sendable, Equatable {
  /// What all instances of the component have in common.
  package let plan: ComponentPlan
  /// Which of them it is, from 1.
  package let instance: Int

  package subscript<Value>(dynamicMember member: KeyPath<ComponentPlan, Value>) -> Value { plan[keyPath: member] }

  package var id: WorkloadID { WorkloadID(component: plan.component, instance: instance) }

  /// The number that tells it apart from its siblings; nil when it has none.
  private var number: Int? { plan.instances > 1 || instance > 1 ? instance : nil }

  /// What runs is known by this name. No name of a release or a component has a `_` in it.
  package var name: String { plan.name + (instance > 1 ? "_\(instance)" : "") }
  /// The workload at the head of a line: `shop v14`, or `shop v14 backend 2`.
  package var label: String { plan.label + (number.map { " \($0)" } ?? "") }
  /// The workload in the words of a message: `'shop'`, or `instance 2 of 'shop'`.
  package var title: String { (number.map { "instance \($0) of " } ?? "") + plan.title }

  /// A step of a deployment that is done for this workload alone.
  package func step(_ name: StepName) -> DeploymentStep { DeploymentStep(name, of: plan.component, instance: number) }
}

extension ComponentPlan {
  /// A step of a deployment that is done once for all workloads of the component.
  package func step(_ name: StepName) -> DeploymentStep { DeploymentStep(name, of: component) }

  /// One of its workloads, whether or not it is to have so many.
  package func workload(_ instance: Int) -> WorkloadPlan { WorkloadPlan(plan: self, instance: instance) }

  /// All workloads that it is to have.
  package var workloads: [WorkloadPlan] { (1...max(1, instances)).map(workload) }
}

extension DeploymentPlan {
  /// All workloads that the release is to have.
  package var workloads: [WorkloadPlan] { components.flatMap(\.workloads) }

  /// The workload of that name within the release; nil when it has no such component.
  package func workload(_ id: WorkloadID) -> WorkloadPlan? {
    components.first { $0.component == id.component }?.workload(id.instance)
  }
}
