// App Service Authentication: who may come in at all. Required and without a registration, nobody may.

param appName string
param required bool
param clientId string

resource app 'Microsoft.Web/sites@2023-12-01' existing = {
  name: appName
}

resource authentication 'Microsoft.Web/sites/config@2023-12-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: required }
    globalValidation: {
      requireAuthentication: required
      unauthenticatedClientAction: empty(clientId) ? 'Return401' : 'RedirectToLoginPage'
      redirectToProvider: 'azureactivedirectory'
      // Load balancers and the test from outside sign in nowhere; it tells nothing but that the app is alive.
      excludedPaths: ['/health']
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: !empty(clientId)
        registration: {
          clientId: clientId
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [clientId, 'api://${clientId}']
        }
      }
    }
    login: {
      // Tokens of providers are not needed by the app, so none is kept.
      tokenStore: { enabled: false }
    }
    httpSettings: { requireHttps: true }
  }
}
