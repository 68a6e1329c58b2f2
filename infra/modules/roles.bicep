// What the app may do, and no more: read, write and delete blobs in its containers, and sign URLs in its own name.

param storageName string
param containerNames array
param principalId string

@description('Whether the app makes containers by itself, one for each person who uploads, and keeps what is in them.')
param makesContainers bool

var home = resourceGroup().id
var blobDelegator = 'db58b8e5-c6ad-4a2a-8342-4190687cbf4a'

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: storageName
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' existing = {
  parent: account
  name: 'default'
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' existing = [for name in containerNames: {
  parent: blobs
  name: name
}]

// Nobody but the app deletes, and it deletes blobs alone. Storage Blob Data Contributor could also make and delete whole
// containers, and the app never does: the template has made them.
resource blobKeeper 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(home, storageName, 'blob-keeper')
  properties: {
    roleName: 'Reelgate blobs of ${storageName}'
    description: 'Reads, writes, lists and deletes blobs. Makes and deletes no container, and ends nothing for good that soft delete keeps.'
    type: 'CustomRole'
    assignableScopes: [home]
    permissions: [
      {
        actions: ['Microsoft.Storage/storageAccounts/blobServices/containers/read']
        dataActions: [
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action'
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write'
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete'
        ]
      }
    ]
  }
}

resource keeper 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (name, i) in containerNames: {
  name: guid(storageName, name, principalId, 'blob-keeper')
  scope: containers[i]
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: blobKeeper.id
  }
}]

// Containers that nobody knows yet: the account has to let it in. It deletes no container with this either.
resource containerMaker 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (makesContainers) {
  name: guid(home, storageName, 'container-maker')
  properties: {
    roleName: 'Reelgate containers of ${storageName}'
    description: 'Makes and lists containers, and reads, writes, lists and deletes blobs. Deletes no container.'
    type: 'CustomRole'
    assignableScopes: [home]
    permissions: [
      {
        actions: [
          'Microsoft.Storage/storageAccounts/blobServices/containers/read'
          'Microsoft.Storage/storageAccounts/blobServices/containers/write'
        ]
        dataActions: [
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action'
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write'
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete'
        ]
      }
    ]
  }
}

resource maker 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (makesContainers) {
  name: guid(account.id, principalId, 'container-maker')
  scope: account
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: containerMaker.id
  }
}

resource delegator 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, principalId, blobDelegator)
  scope: account
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDelegator)
  }
}
