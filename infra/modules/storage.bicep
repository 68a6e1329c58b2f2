// The storage account: no account key, nothing public, four private containers, and rules for what grows old.

param name string
param location string
param tags object
param sku string

@description('The pages that may send bytes straight to storage.')
param origins array

@description('Whether videos move to cooler tiers as they grow old.')
param tiers bool

@description('The network of the app, which may always enter.')
param appSubnetId string

@description('Whether browsers may enter too, with signed URLs: for direct uploads, and to play from storage.')
param openToBrowsers bool

param workspaceId string

var videos = 'videos'
// The app derives these names from that of the videos container: of records, of people's work, of what is made of videos.
var records = 'uploads'
var containerNames = [videos, records, '${videos}-tracks', '${videos}-derived']

var leftovers = {
  name: 'forgotten-records'
  enabled: true
  type: 'Lifecycle'
  definition: {
    filters: {
      blobTypes: ['blockBlob']
      prefixMatch: ['${records}/']
    }
    actions: {
      // The app sweeps records itself within a week; uncommitted blocks are dropped by Azure after seven days.
      baseBlob: { delete: { daysAfterModificationGreaterThan: 60 } }
    }
  }
}

var cooling = {
  name: 'cool-and-archive'
  enabled: true
  type: 'Lifecycle'
  definition: {
    filters: {
      blobTypes: ['blockBlob']
      prefixMatch: ['${videos}/', '${videos}-p-']
    }
    actions: {
      baseBlob: {
        tierToCool: { daysAfterModificationGreaterThan: 30 }
        tierToArchive: { daysAfterModificationGreaterThan: 90 }
      }
    }
  }
}

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      defaultAction: openToBrowsers ? 'Allow' : 'Deny'
      // Lifecycle rules are carried out by a service of Azure's that would be kept out, too.
      bypass: 'AzureServices'
      virtualNetworkRules: [{ id: appSubnetId, action: 'Allow' }]
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: account
  name: 'default'
  properties: {
    cors: {
      corsRules: [
        {
          allowedOrigins: origins
          allowedMethods: ['GET', 'HEAD', 'PUT', 'OPTIONS']
          allowedHeaders: ['content-type', 'range', 'x-ms-*']
          exposedHeaders: ['accept-ranges', 'content-length', 'content-range', 'etag', 'x-ms-*']
          maxAgeInSeconds: 3600
        }
      ]
    }
    // Soft delete, and no versions: it keeps what is deleted or written over, by the app or past it, and that is all that
    // can be lost here. Versions would keep a copy at every edit of a title and at every step of an upload as well.
    // The app's role cannot delete what is kept.
    deleteRetentionPolicy: {
      enabled: true
      days: 7
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 7
    }
  }
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = [for each in containerNames: {
  parent: blobs
  name: each
  properties: { publicAccess: 'None' }
}]

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2023-05-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: { rules: tiers ? [leftovers, cooling] : [leftovers] }
  }
  dependsOn: [containers]
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: blobs
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageRead', enabled: true }
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
    metrics: [
      { category: 'Transaction', enabled: true }
    ]
  }
}

output id string = account.id
output name string = account.name
output url string = 'https://${account.name}.blob.${environment().suffixes.storage}'
output videosContainer string = videos
output containerNames array = containerNames
