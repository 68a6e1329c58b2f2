// The App Service plan and the web app, with every setting that the app gets.

param name string
param location string
param tags object
param planSize string
param instances int
param subnetId string
param identityId string
param identityClientId string
param storageUrl string
param videosContainer string

@description('Where new videos lie: `shared` or `per-owner`.')
param storageLayout string

@description('Whether people have to sign in. Else the app is open to everybody.')
param signIn bool

@description('Jobs at once in each lane, beside the server; 0 where another app does them. Empty: as the app chooses.')
param workerConcurrency string = ''

@description('Whether people reach it. An app that only works is there for nobody but those who deploy it.')
param reachable bool = true

param authClientId string = ''

@description('Where the vault has it, as is true of the next two. They are not secret themselves.')
param authClientSecret string = ''

param databaseUrl string
param secretKey string

@description('Origins whose pages may call the API, separated by commas.')
param corsOrigins string

@description('What is in front of the storage account. Empty: nothing is, and the app sends all bytes itself.')
param cdnEndpoint string

@description('Of the storage account, as price lists spell it.')
param redundancy string

param insightsConnectionString string
param workspaceId string

// Read by the app itself: config.py explains each.
var appSettings = {
  APP_ENV: 'production'
  SECRET_KEY: secretKey
  AUTH_MODE: signIn ? 'accounts' : 'none'
  OPEN_TO_EVERYBODY: signIn ? 'false' : 'true'
  OIDC_ISSUER: empty(authClientId) ? '' : '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
  OIDC_CLIENT_ID: authClientId
  OIDC_CLIENT_SECRET: authClientSecret
  OIDC_ROLE_CLAIM: 'roles'
  TRUSTED_PROXIES: '1'
  WEB_CONCURRENCY: startsWith(planSize, 'B1') ? '1' : '2'
  // The disk of the instance: SQLite cannot lock on the network share under /home.
  DATA_DIR: '/tmp/reelgate'
  DATABASE_URL: databaseUrl
  AZURE_STORAGE_ACCOUNT_URL: storageUrl
  AZURE_STORAGE_CONTAINER_NAME: videosContainer
  STORAGE_LAYOUT: storageLayout
  AZURE_CLIENT_ID: identityClientId
  CORS_ORIGINS: corsOrigins
  CDN_ENDPOINT: cdnEndpoint
  PLAYBACK_MODE: empty(cdnEndpoint) ? 'proxy' : 'redirect'
  PRICES_REGION: toLower(replace(location, ' ', ''))
  PRICES_REDUNDANCY: redundancy
}

var workerSettings = empty(workerConcurrency) ? {} : { WORKER_CONCURRENCY: workerConcurrency }

// Read by App Service around it.
var platformSettings = {
  SCM_DO_BUILD_DURING_DEPLOYMENT: '1'
  WEBSITES_CONTAINER_STOP_TIME_LIMIT: '120'
  WEBSITE_HEALTHCHECK_MAXPINGFAILURES: '5'
  // One server alone may have its SQLite database copied into storage: the old one ends before the new one starts.
  WEBSITE_DISABLE_OVERLAPPED_RECYCLING: empty(databaseUrl) ? '1' : '0'
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
    // Every plan that can be chosen here can do this; B1 is the smallest.
    virtualNetworkSubnetId: subnetId
    // Who reads the secrets that settings name.
    keyVaultReferenceIdentity: identityId
    siteConfig: {
      linuxFxVersion: 'PYTHON|3.11'
      appCommandLine: 'startup.sh'
      alwaysOn: true
      healthCheckPath: '/health'
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      ipSecurityRestrictionsDefaultAction: reachable ? 'Allow' : 'Deny'
      scmIpSecurityRestrictionsDefaultAction: 'Allow'
    }
  }
}

resource settings 'Microsoft.Web/sites/config@2023-12-01' = {
  parent: app
  name: 'appsettings'
  properties: union(appSettings, workerSettings, platformSettings)
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
      { category: 'AppServiceHTTPLogs', enabled: true }
      { category: 'AppServicePlatformLogs', enabled: true }
      { category: 'AppServiceAuditLogs', enabled: true }
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
