extension Store: SiteSource {}
