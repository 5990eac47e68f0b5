import OrchestratorStore
import OrchestratorNginxProxy

extension Store: SiteSource {}
