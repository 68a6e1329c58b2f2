// What somebody should look at: errors, a failing health check, memory, more requests or bytes than were meant, and
// storage that does not answer.

param name string
param location string
param tags object
param email string
param appId string
param planId string
param storageId string
param workspaceId string

@description('Gigabytes in the storage account from which on somebody is told.')
param capacityGb int

@description('Requests in five minutes from which on somebody is told.')
param requests int

var minutes = { every: 'PT1M', over: 'PT5M' }
// Storage counts its bytes once an hour.
var hour = { every: 'PT1H', over: 'PT1H' }
var alerts = [
  {
    name: 'errors'
    description: 'The app answered more than ten requests with 5xx within five minutes.'
    target: appId
    namespace: 'Microsoft.Web/sites'
    metric: 'Http5xx'
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: 10
    severity: 2
    pace: minutes
  }
  {
    name: 'requests'
    description: 'The app was asked more often within five minutes than was meant.'
    target: appId
    namespace: 'Microsoft.Web/sites'
    metric: 'Requests'
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: requests
    severity: 3
    pace: minutes
  }
  {
    name: 'health'
    description: 'An instance fails its health check.'
    target: appId
    namespace: 'Microsoft.Web/sites'
    metric: 'HealthCheckStatus'
    aggregation: 'Average'
    operator: 'LessThan'
    threshold: 100
    severity: 1
    pace: minutes
  }
  {
    name: 'memory'
    description: 'The plan uses more than 85 per cent of its memory: see the arithmetic in docs/operations.md.'
    target: planId
    namespace: 'Microsoft.Web/serverfarms'
    metric: 'MemoryPercentage'
    aggregation: 'Average'
    operator: 'GreaterThan'
    threshold: 85
    severity: 2
    pace: minutes
  }
  {
    name: 'storage'
    description: 'Storage answers less than 99 per cent of the requests.'
    target: storageId
    namespace: 'Microsoft.Storage/storageAccounts'
    metric: 'Availability'
    aggregation: 'Average'
    operator: 'LessThan'
    threshold: 99
    severity: 1
    pace: minutes
  }
  {
    name: 'capacity'
    description: 'Storage holds more bytes than were meant.'
    target: storageId
    namespace: 'Microsoft.Storage/storageAccounts'
    metric: 'UsedCapacity'
    aggregation: 'Average'
    operator: 'GreaterThan'
    threshold: capacityGb * 1073741824
    severity: 3
    pace: hour
  }
]

resource receivers 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: name
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'reelgate'
    enabled: true
    emailReceivers: [
      {
        name: 'operator'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource rules 'Microsoft.Insights/metricAlerts@2018-03-01' = [for alert in alerts: {
  name: '${name}-${alert.name}'
  location: 'global'
  tags: tags
  properties: {
    description: alert.description
    severity: alert.severity
    enabled: true
    scopes: [alert.target]
    evaluationFrequency: alert.pace.every
    windowSize: alert.pace.over
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: alert.name
          metricNamespace: alert.namespace
          metricName: alert.metric
          timeAggregation: alert.aggregation
          operator: alert.operator
          threshold: alert.threshold
        }
      ]
    }
    actions: empty(email) ? [] : [{ actionGroupId: receivers.id }]
  }
}]

// No metric is a rate of two others: the log of requests is asked.
resource errorRate 'Microsoft.Insights/scheduledQueryRules@2023-03-15-preview' = {
  name: '${name}-error-rate'
  location: location
  tags: tags
  properties: {
    displayName: 'Reelgate answers with errors'
    description: 'More than one request in a hundred was answered with 5xx within a quarter of an hour, of fifty at least.'
    severity: 2
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      allOf: [
        {
          query: 'AppServiceHTTPLogs | summarize failed = countif(ScStatus >= 500), asked = count() | where asked >= 50 | project rate = 100.0 * failed / asked'
          timeAggregation: 'Maximum'
          metricMeasureColumn: 'rate'
          operator: 'GreaterThan'
          threshold: 1
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: { actionGroups: empty(email) ? [] : [receivers.id] }
  }
}
