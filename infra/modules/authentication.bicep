// App Service's own sign-in stays off, and is switched off where an earlier template had it on: it would stand in the way
// of people who come by a link and have no account in Entra ID. The app itself asks who comes.

param appName string

resource app 'Microsoft.Web/sites@2023-12-01' existing = {
  name: appName
}

resource authentication 'Microsoft.Web/sites/config@2023-12-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: false }
    globalValidation: { requireAuthentication: false }
    httpSettings: { requireHttps: true }
  }
}
