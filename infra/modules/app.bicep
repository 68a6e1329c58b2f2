// The App Service plan and the web app, with every setting that the app gets.

param name string
param location string
param tags object
param planSize string
param instances int
param identityId string
param identityClientId string
param storageUrl string
param videosContainer string

@secure()
param databaseUrl string

@secure()
param secretKey string

param insightsConnectionString string
param workspaceId string

// Read by the app itself: config.py explains each.
var appSettings = {
  APP_ENV: 'production'
  SECRET_KEY: secretKey
  TRUSTED_PROXIES: '1'
  WEB_CONCURRENCY: startsWith(planSize, 'B1') ? '1' : '2'
  // The disk of the instance: SQLite cannot lock on the network share under /home.
  DATA_DIR: '/tmp/reelgate'
  DATABASE_URL: databaseUrl
  AZURE_STORAGE_ACCOUNT_URL: storageUrl
  AZURE_STORAGE_CONTAINER_NAME: videosContainer
  AZURE_CLIENT_ID: identityClientId
}

// Read by App Service around it.
var platformSettings = {
  SCM_DO_BUILD_DURING_DEPLOYMENT: '1'
  WEBSITES_CONTAINER_STOP_TIME_LIMIT: '120'
  WEBSITE_HEALTHCHECK_MAXPINGFAILURES: '5'
  // The identity vouches for the app when people sign in, instead of a client secret.
  OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
}

resource plan 'Microsoft.Web/serverfarms@2023-12-01' = {
  name: name
  location: location
  tags: tags
  kind: 'linux'
  sku: {
    name: planSize
    capacity: instances
  }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2023-12-01' = {
  name: name
  location: location
  tags: tags
  kind: 'app,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    siteConfig: {
      linuxFxVersion: 'PYTHON|3.11'
      appCommandLine: 'startup.sh'
      alwaysOn: true
      healthCheckPath: '/health'
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
    }
  }
}

resource settings 'Microsoft.Web/sites/config@2023-12-01' = {
  parent: app
  name: 'appsettings'
  properties: union(appSettings, platformSettings)
}

// Deployments sign in with Entra ID: there is no publishing password to lose.
resource noPublishingPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2023-12-01' = [for each in ['ftp', 'scm']: {
  parent: app
  name: each
  properties: { allow: false }
}]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: app
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'AppServiceConsoleLogs', enabled: true }
      { category: 'AppServicePlatformLogs', enabled: true }
    ]
    metrics: [
      { category: 'AllMetrics', enabled: true }
    ]
  }
}

output id string = app.id
output planId string = plan.id
output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
