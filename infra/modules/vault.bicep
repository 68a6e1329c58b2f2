// Secrets, in a vault that the app alone reads: its settings name where they lie, and never what they are.

param name string
param location string
param tags object

@description('Who reads the secrets.')
param principalId string

@description('The network of the app, from which alone the vault answers.')
param appSubnetId string

param workspaceId string

@secure()
param secretKey string

@secure()
param databaseUrl string

@description('Whether there is a database to keep the URL of, and in the next one a registration with a secret.')
param hasDatabase bool
param hasClient bool

@secure()
param authClientSecret string

var secretsUser = '4633458b-17de-408a-875b-0445c86b69e6'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    sku: {
      family: 'A'
      name: 'standard'
    }
    tenantId: tenant().tenantId
    enableRbacAuthorization: true
    // What signs links is gone with this vault: for a week nobody can end it for good.
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    enablePurgeProtection: true
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      defaultAction: 'Deny'
      // Deployments write secrets by way of the resource manager.
      bypass: 'AzureServices'
      virtualNetworkRules: [{ id: appSubnetId }]
    }
  }
}

resource key 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'secret-key'
  properties: {
    value: secretKey
    contentType: 'text/plain'
  }
}

resource database 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = if (hasDatabase) {
  parent: vault
  name: 'database-url'
  properties: {
    value: databaseUrl
    contentType: 'text/plain'
  }
}

resource client 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = if (hasClient) {
  parent: vault
  name: 'oidc-client-secret'
  properties: {
    value: authClientSecret
    contentType: 'text/plain'
  }
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, principalId, secretsUser)
  scope: vault
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'AuditEvent', enabled: true }
    ]
  }
}

// The newest version of each: App Service looks for a newer one once a day.
output secretKey string = '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/secret-key)'
output databaseUrl string = !hasDatabase ? '' : '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/database-url)'
output authClientSecret string = !hasClient ? '' : '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/oidc-client-secret)'
