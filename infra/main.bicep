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

@description('Keep the index of the videos in PostgreSQL, so that several instances share it.')
param usePostgres bool = false

@description('The password of the database. Only letters and digits: it becomes part of a URL.')
@secure()
param postgresPassword string

@description('Let nobody in who has not signed in with Entra ID.')
param requireSignIn bool = true

@description('The app registration of Entra ID to sign in with. Without one nobody gets in while requireSignIn holds.')
param authClientId string = ''

@description('Signs what the app hands to browsers. At least 16 characters.')
@secure()
@minLength(16)
param secretKey string

@description('Where alerts go. Empty: alerts are only shown in the portal.')
param alertEmail string = ''

@description('Move videos to the cool tier after 30 days and to the archive after 90. An archived video does not play.')
param storageTiers bool = false

@description('How often storage keeps each byte, and how far apart.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_RAGRS', 'Standard_GZRS', 'Standard_RAGZRS'])
param storageSku string = 'Standard_LRS'

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var appName = 'reelgate-${token}'
var appUrl = 'https://${appName}.azurewebsites.net'
var postgresName = 'reelgate-db-${token}'
var postgresLogin = 'reelgate'
var databaseUrl = 'postgresql://${postgresLogin}:${postgresPassword}@${postgresName}.postgres.database.azure.com/reelgate?sslmode=require'

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

module storage 'modules/storage.bicep' = {
  scope: group
  name: 'storage'
  params: {
    name: 'reelgate${token}'
    location: location
    tags: tags
    sku: storageSku
    origins: [appUrl]
    tiers: storageTiers
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
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageUrl: storage.outputs.url
    videosContainer: storage.outputs.videosContainer
    databaseUrl: usePostgres ? databaseUrl : ''
    secretKey: secretKey
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
    required: requireSignIn
    clientId: authClientId
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  name: 'alerts'
  params: {
    name: 'reelgate-${token}'
    tags: tags
    email: alertEmail
    appId: app.outputs.id
    planId: app.outputs.planId
    storageId: storage.outputs.id
  }
}

output APP_URL string = app.outputs.url
output APP_NAME string = app.outputs.name
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_STORAGE_ACCOUNT_URL string = storage.outputs.url
output IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId
