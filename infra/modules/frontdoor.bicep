// Front Door before the storage account: players read signed URLs of storage through it. People still reach the app itself.

param name string
param tags object

@description('Standard reaches storage by its public address. Premium has an address of its own inside: storage stays shut.')
@allowed(['Standard', 'Premium'])
param tier string

param storageId string
param storageUrl string
param location string
param workspaceId string

var storageHost = replace(storageUrl, 'https://', '')
var privateLink = tier == 'Premium' ? {
  sharedPrivateLinkResource: {
    privateLink: { id: storageId }
    privateLinkLocation: location
    groupId: 'blob'
    requestMessage: 'Front Door of Reelgate'
  }
} : {}

resource profile 'Microsoft.Cdn/profiles@2024-02-01' = {
  name: name
  location: 'global'
  tags: tags
  sku: { name: '${tier}_AzureFrontDoor' }
  properties: {
    // A film may be long in coming.
    originResponseTimeoutSeconds: 60
  }
}

resource endpoint 'Microsoft.Cdn/profiles/afdEndpoints@2024-02-01' = {
  parent: profile
  name: name
  location: 'global'
  tags: tags
  properties: { enabledState: 'Enabled' }
}

resource origins 'Microsoft.Cdn/profiles/originGroups@2024-02-01' = {
  parent: profile
  name: 'storage'
  properties: {
    loadBalancingSettings: {
      sampleSize: 4
      successfulSamplesRequired: 3
    }
    // Without a probe: there is one origin, and nothing in it answers who brings no signature.
  }
}

resource origin 'Microsoft.Cdn/profiles/originGroups/origins@2024-02-01' = {
  parent: origins
  name: 'storage'
  properties: union(privateLink, {
    hostName: storageHost
    // The account answers to its own name alone, which the signature names, too.
    originHostHeader: storageHost
    httpPort: 80
    httpsPort: 443
    priority: 1
    weight: 1000
    enabledState: 'Enabled'
    enforceCertificateNameCheck: true
  })
}

// What is kept is kept once, whichever page asked for it first, or none: so what pages may read is said here, at the
// edge, and the same to all. Whoever may read is decided by the signature.
resource rules 'Microsoft.Cdn/profiles/ruleSets@2024-02-01' = {
  parent: profile
  name: 'pages'
}

resource forPages 'Microsoft.Cdn/profiles/ruleSets/rules@2024-02-01' = {
  parent: rules
  name: 'origin'
  properties: {
    order: 1
    matchProcessingBehavior: 'Continue'
    conditions: []
    actions: [
      {
        name: 'ModifyResponseHeader'
        parameters: {
          typeName: 'DeliveryRuleHeaderActionParameters'
          headerAction: 'Overwrite'
          headerName: 'Access-Control-Allow-Origin'
          value: '*'
        }
      }
    ]
  }
}

resource readable 'Microsoft.Cdn/profiles/ruleSets/rules@2024-02-01' = {
  parent: rules
  name: 'headers'
  properties: {
    order: 2
    matchProcessingBehavior: 'Continue'
    conditions: []
    actions: [
      {
        name: 'ModifyResponseHeader'
        parameters: {
          typeName: 'DeliveryRuleHeaderActionParameters'
          headerAction: 'Overwrite'
          headerName: 'Access-Control-Expose-Headers'
          value: 'accept-ranges, content-length, content-range, etag'
        }
      }
    ]
  }
}

resource route 'Microsoft.Cdn/profiles/afdEndpoints/routes@2024-02-01' = {
  parent: endpoint
  name: 'signed'
  properties: {
    originGroup: { id: origins.id }
    supportedProtocols: ['Https']
    httpsRedirect: 'Disabled'
    forwardingProtocol: 'HttpsOnly'
    patternsToMatch: ['/*']
    linkToDefaultDomain: 'Enabled'
    enabledState: 'Enabled'
    ruleSets: [
      { id: rules.id }
    ]
    cacheConfiguration: {
      // The whole query: a cache that left the signature out would serve whoever knows a path.
      queryStringCachingBehavior: 'UseQueryString'
      compressionSettings: { isCompressionEnabled: false }
    }
  }
  dependsOn: [origin, forPages, readable]
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: profile
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    // Not the access log: it would hold signed URLs.
    metrics: [
      { category: 'AllMetrics', enabled: true }
    ]
  }
}

output url string = 'https://${endpoint.properties.hostName}'
