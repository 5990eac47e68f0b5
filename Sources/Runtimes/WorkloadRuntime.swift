/// Where releases are built and run: in containers, or as processes of this machine.
package typealias WorkloadRuntime = ReleaseBuilder & WorkloadRunner & Inventory
