// Reelgate on Azure: one resource group with all that it needs. `azd up` reads main.parameters.json.
targetScope = 'subscription'

@description('Names the environment: "production", "test". Part of the names of all resources.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('The Azure region of everything.')
param location string

@description('The size of the App Service plan. B1 is the smallest that is always on.')
@allowed(['B1', 'B2', 'B3', 'P0v3', 'P1v3', 'P2v3', 'P3v3'])
param planSize string = 'P0v3'

@description('How many instances serve. More than one needs PostgreSQL: without it there is one.')
@minValue(1)
@maxValue(30)
param instances int = 1

@description('How many instances serve at most, by how busy they are. Needs usePostgres and a plan other than B1, B2, B3.')
@minValue(1)
@maxValue(30)
param mostInstances int = 1

@description('Keep the index of the videos in PostgreSQL, so that several instances share it.')
param usePostgres bool = false

@description('An app of its own for work on films, in a plan of its own; needs usePostgres.')
param workerApp bool = false

@description('The password of the database. Only letters and digits: it becomes part of a URL.')
@secure()
param postgresPassword string

@description('Let nobody in who has not signed in.')
param requireSignIn bool = true

@description('The app registration of Entra ID by which people can sign in. Empty: by accounts of the app alone.')
param authClientId string = ''

@description('The secret by which Entra ID knows the app.')
@secure()
param authClientSecret string = ''

@description('Signs what the app hands to browsers. At least 16 characters.')
@secure()
@minLength(16)
param secretKey string

@description('Where alerts go. Empty: alerts are only shown in the portal.')
param alertEmail string = ''

@description('Gigabytes in storage from which on an alert says so.')
@minValue(1)
param capacityAlertGb int = 1024

@description('Requests in five minutes from which on an alert says so.')
@minValue(1)
param requestsAlert int = 30000

@description('What a month may cost, in the currency of the subscription. 0: nobody is told. Needs alertEmail.')
@minValue(0)
param monthlyBudget int = 0

@description('The first day of the month that the budget counts from, as YYYY-MM-01. It cannot be changed later.')
param budgetSince string = utcNow('yyyy-MM-01')

@description('Origins whose pages may call the API, and storage where browsers reach it, separated by commas.')
param corsOrigins string = ''

@description('Front Door for what players read: Standard reaches storage by its public address, Premium by one inside. Empty: none.')
@allowed(['', 'Standard', 'Premium'])
param frontDoor string = ''

@description('Move videos to the cool tier after 30 days and to the archive after 90. An archived video does not play.')
param storageTiers bool = false

@description('Where new videos lie: all in one container, or those of each person in a container of their own.')
@allowed(['shared', 'per-owner'])
param storageLayout string = 'shared'

@description('Let browsers reach storage itself: for direct uploads, and for PLAYBACK_MODE=redirect. Else the app alone does.')
param storageOpenToBrowsers bool = false

@description('How often storage keeps each byte, and how far apart.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_RAGRS', 'Standard_GZRS', 'Standard_RAGZRS'])
param storageSku string = 'Standard_LRS'

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var appName = 'reelgate-${token}'
var appUrl = 'https://${appName}.azurewebsites.net'
var origins = empty(corsOrigins) ? [] : split(replace(corsOrigins, ' ', ''), ',')
// As price lists spell it: LRS, RA-GRS.
var redundancy = replace(replace(storageSku, 'Standard_', ''), 'RAG', 'RA-G')
var postgresName = 'reelgate-db-${token}'
var postgresLogin = 'reelgate'
var databaseUrl = 'postgresql://${postgresLogin}:${postgresPassword}@${postgresName}.postgres.database.azure.com/reelgate?sslmode=verify-full'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-reelgate-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  name: 'identity'
  params: {
    name: 'reelgate-identity-${token}'
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  name: 'monitoring'
  params: {
    name: 'reelgate-${token}'
    location: location
    tags: tags
    healthUrl: '${appUrl}/health'
  }
}

module network 'modules/network.bicep' = {
  scope: group
  name: 'network'
  params: {
    name: 'reelgate-${token}'
    location: location
    tags: tags
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  name: 'storage'
  params: {
    name: 'reelgate${token}'
    location: location
    tags: tags
    sku: storageSku
    origins: union([appUrl], origins)
    tiers: storageTiers
    appSubnetId: network.outputs.appSubnetId
    // Front Door of the Standard tier comes from outside, as browsers do.
    openToBrowsers: storageOpenToBrowsers || frontDoor == 'Standard'
    workspaceId: monitoring.outputs.workspaceId
  }
}

module vault 'modules/vault.bicep' = {
  scope: group
  name: 'vault'
  params: {
    name: 'reelgate-${token}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    appSubnetId: network.outputs.appSubnetId
    workspaceId: monitoring.outputs.workspaceId
    secretKey: secretKey
    databaseUrl: usePostgres ? databaseUrl : ''
    hasDatabase: usePostgres
    authClientSecret: authClientSecret
    hasClient: !empty(authClientId)
  }
}

module delivery 'modules/frontdoor.bicep' = if (!empty(frontDoor)) {
  scope: group
  name: 'delivery'
  params: {
    name: 'reelgate-${token}'
    location: location
    tags: tags
    tier: empty(frontDoor) ? 'Standard' : frontDoor
    storageId: storage.outputs.id
    storageUrl: storage.outputs.url
    workspaceId: monitoring.outputs.workspaceId
  }
}

module roles 'modules/roles.bicep' = {
  scope: group
  name: 'roles'
  params: {
    storageName: storage.outputs.name
    containerNames: storage.outputs.containerNames
    principalId: identity.outputs.principalId
    makesContainers: storageLayout == 'per-owner'
  }
}

module database 'modules/postgres.bicep' = if (usePostgres) {
  scope: group
  name: 'database'
  params: {
    name: postgresName
    location: location
    tags: tags
    login: postgresLogin
    password: postgresPassword
    networkId: network.outputs.id
    subnetId: network.outputs.databaseSubnetId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module app 'modules/app.bicep' = {
  scope: group
  name: 'app'
  params: {
    name: appName
    location: location
    tags: union(tags, { 'azd-service-name': 'web' })
    planSize: planSize
    instances: usePostgres ? instances : 1
    subnetId: network.outputs.appSubnetId
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageUrl: storage.outputs.url
    videosContainer: storage.outputs.videosContainer
    storageLayout: storageLayout
    databaseUrl: vault.outputs.databaseUrl
    secretKey: vault.outputs.secretKey
    corsOrigins: join(origins, ',')
    cdnEndpoint: empty(frontDoor) ? '' : (delivery.outputs.url)
    redundancy: redundancy
    signIn: requireSignIn
    authClientId: authClientId
    authClientSecret: vault.outputs.authClientSecret
    workerConcurrency: workerApp && usePostgres ? '0' : ''
    insightsConnectionString: monitoring.outputs.insightsConnectionString
    workspaceId: monitoring.outputs.workspaceId
  }
  dependsOn: [roles, database]
}

module worker 'modules/app.bicep' = if (workerApp && usePostgres) {
  scope: group
  name: 'worker'
  params: {
    name: '${appName}-worker'
    location: location
    tags: union(tags, { 'azd-service-name': 'worker' })
    planSize: planSize
    instances: 1
    subnetId: network.outputs.appSubnetId
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageUrl: storage.outputs.url
    videosContainer: storage.outputs.videosContainer
    storageLayout: storageLayout
    databaseUrl: vault.outputs.databaseUrl
    secretKey: vault.outputs.secretKey
    corsOrigins: join(origins, ',')
    cdnEndpoint: empty(frontDoor) ? '' : (delivery.outputs.url)
    redundancy: redundancy
    signIn: requireSignIn
    workerConcurrency: '1'
    // Whatever it does, it does for the other one: nobody has to reach it.
    reachable: false
    insightsConnectionString: monitoring.outputs.insightsConnectionString
    workspaceId: monitoring.outputs.workspaceId
  }
  dependsOn: [roles, database]
}

module authentication 'modules/authentication.bicep' = {
  scope: group
  name: 'authentication'
  params: {
    appName: app.outputs.name
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  name: 'alerts'
  params: {
    name: 'reelgate-${token}'
    location: location
    tags: tags
    email: alertEmail
    appId: app.outputs.id
    planId: app.outputs.planId
    storageId: storage.outputs.id
    workspaceId: monitoring.outputs.workspaceId
    capacityGb: capacityAlertGb
    requests: requestsAlert
  }
}

module autoscale 'modules/autoscale.bicep' = if (usePostgres && mostInstances > instances && !startsWith(planSize, 'B')) {
  scope: group
  name: 'autoscale'
  params: {
    name: 'reelgate-${token}'
    location: location
    tags: tags
    planId: app.outputs.planId
    least: instances
    most: mostInstances
    email: alertEmail
  }
}

module budget 'modules/budget.bicep' = if (monthlyBudget > 0 && !empty(alertEmail)) {
  scope: group
  name: 'budget'
  params: {
    name: 'reelgate-${environmentName}'
    email: alertEmail
    amount: monthlyBudget
    since: budgetSince
  }
}

output APP_URL string = app.outputs.url
output APP_NAME string = app.outputs.name
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_STORAGE_ACCOUNT_URL string = storage.outputs.url
output CDN_ENDPOINT string = empty(frontDoor) ? '' : (delivery.outputs.url)
