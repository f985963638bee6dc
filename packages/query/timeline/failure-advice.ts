/** Why a deployment failed, in classes that call for different next steps. */
export const FAILURE_CLASSES = [
  "script-failed",
  "script-timed-out",
  "script-missing",
  "script-not-executable",
  "traffic",
  "hook-failed",
  "health-constraints",
  "health-constraints-invalid",
  "application-unhealthy",
  "tasks-failed",
  "no-capacity",
  "task-configuration",
  "health-check",
  "alarm",
  "timeout",
  "agent",
  "no-instances",
  "autoscaling",
  "load-balancer",
  "iam-role",
  "revision",
  "github-token",
  "configuration-missing",
  "target-invalid",
  "limits",
  "throttled",
  "cloudformation",
  "service-fault",
  "manual-stop",
  "auto-rollback",
  "unknown",
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** What is said of a class to whoever reads it at night. */
export interface FailureAdvice {
  /** A few words. */
  readonly title: string;
  /** What happened. */
  readonly meaning: string;
  /** The likely next step. */
  readonly next: string;
}

export const FAILURE_ADVICE: Readonly<Record<FailureClass, FailureAdvice>> = {
  "script-failed": {
    title: "A script failed",
    meaning: "A script of the revision ended with an error at this lifecycle event.",
    next: "Read the end of the script's log in the archived answer. If it is the new code, leave the rollback in place and fix it in a new change.",
  },
  "script-timed-out": {
    title: "A script ran out of time",
    meaning: "A script of the revision did not end within the time that the AppSpec file gives it.",
    next: "Find out what it waited for (a service that does not start, a lock, the network) before giving it more time.",
  },
  "script-missing": {
    title: "A script is missing",
    meaning: "The AppSpec file names a script that the revision does not hold.",
    next: "Compare the AppSpec file with what the build packed, and deploy a revision that holds both.",
  },
  "script-not-executable": {
    title: "A script cannot be executed",
    meaning: "The script lacks the permission to be executed, or its interpreter is not on the target.",
    next: "Set the file's mode in the repository or in the AppSpec file, and check its first line.",
  },
  traffic: {
    title: "Traffic could not be moved",
    meaning:
      "Taking traffic from targets or giving it to them failed: the load balancer did not see them drain, or become healthy, in time.",
    next: "Look at the health of the target group and its health check's path, port and grace period; the code may be sound.",
  },
  "hook-failed": {
    title: "A validation hook failed",
    meaning: "A Lambda function that validates the deployment said that it failed, or did not answer within an hour.",
    next: "Read the log of the hook's function for this deployment's id.",
  },
  "health-constraints": {
    title: "Too many targets failed",
    meaning: "More targets failed than the deployment configuration allows. This follows from the failures of single targets.",
    next: "Look at the target that failed first and at its lifecycle event.",
  },
  "health-constraints-invalid": {
    title: "Too few healthy targets to begin with",
    meaning: "With the targets that there are, the deployment configuration's least number of healthy ones cannot be kept.",
    next: "See which targets were unhealthy before the deployment, or use a configuration that fits the size of the group.",
  },
  "application-unhealthy": {
    title: "The application is unhealthy",
    meaning: "The application did not become healthy on its new targets.",
    next: "Read the application's own log on a new target; leave traffic where it is.",
  },
  "tasks-failed": {
    title: "Tasks did not start",
    meaning: "ECS stopped the deployment because its tasks failed to start or to stay up (the circuit breaker).",
    next: "Read the stopped tasks' reasons: image, secrets, memory, the container's exit code.",
  },
  "no-capacity": {
    title: "Tasks found no place",
    meaning:
      "ECS could not place tasks of the new revision: too little CPU, memory, ports or instances, or a placement constraint that nothing meets.",
    next: "Compare what the task definition asks for with what the cluster or its capacity provider has left, and see what else was started.",
  },
  "task-configuration": {
    title: "Tasks are configured wrongly",
    meaning: "ECS could not start tasks because of their configuration: a role, a secret, a log group, a volume or the network.",
    next: "Read the service's events in ECS; compare the task definition with the one that ran before.",
  },
  "health-check": {
    title: "Tasks failed their health check",
    meaning: "Tasks of the new revision started and were then found unhealthy by the container's or the load balancer's health check.",
    next: "Ask the health check's path on a new task; compare its grace period with how long the start takes.",
  },
  alarm: {
    title: "An alarm went off",
    meaning: "An alarm that is tied to the deployment went off while it ran. The targets themselves may be sound.",
    next: "Find out which alarm, and whether it was this deployment's doing or began earlier.",
  },
  timeout: {
    title: "The deployment ran out of time",
    meaning: "The deployment, or a wait within it, did not end within its limit.",
    next: "See which target or lifecycle event still ran at the end; a blue/green deployment may have waited for somebody to move traffic on.",
  },
  agent: {
    title: "The agent did not answer",
    meaning: "The CodeDeploy agent on a target did not run, could not reach the service, or is too old.",
    next: "See whether the agent runs on the target, its version, its network and its instance profile.",
  },
  "no-instances": {
    title: "No targets were found",
    meaning: "The deployment group's tags or groups match no running instance.",
    next: "Compare the group's tags with those of the instances, and see whether they run.",
  },
  autoscaling: {
    title: "Auto Scaling got in the way",
    meaning: "The Auto Scaling group's configuration did not fit the deployment, or its hooks could not be set.",
    next: "Look at the Auto Scaling group's lifecycle hooks, its instances and the service role's permissions on it.",
  },
  "load-balancer": {
    title: "The load balancer does not fit",
    meaning: "The load balancer or target group that the deployment names is missing or cannot hold the targets.",
    next: "Compare the deployment group's load balancer with what exists in the account.",
  },
  "iam-role": {
    title: "A permission is missing",
    meaning: "CodeDeploy's service role cannot be used, or lacks a permission that this deployment needs.",
    next: "See what changed of the role and its trust policy; no new code will help.",
  },
  revision: {
    title: "The revision cannot be used",
    meaning: "The revision is not where the deployment says, or its AppSpec file is not valid.",
    next: "See whether the build wrote the archive, whether it was removed since, and validate the AppSpec file.",
  },
  "github-token": {
    title: "GitHub's token is missing",
    meaning: "CodeDeploy's connection to GitHub does not exist or was withdrawn.",
    next: "Connect the application to GitHub again.",
  },
  "configuration-missing": {
    title: "Something that it needs does not exist",
    meaning: "The application, the deployment group, its blue/green configuration or another thing that the deployment names is not there.",
    next: "Find out in CloudTrail who deleted or changed it, and create it again.",
  },
  "target-invalid": {
    title: "The service or function does not fit",
    meaning: "The ECS service or Lambda function, or its configuration, is not one that CodeDeploy can deploy to as asked.",
    next: "Compare the AppSpec file with the service's or function's present configuration.",
  },
  limits: {
    title: "A limit was reached",
    meaning: "The deployment goes beyond a quota of the account.",
    next: "See which quota, and ask for more or deploy to fewer targets at once.",
  },
  throttled: {
    title: "AWS throttled the account",
    meaning: "The account made more calls than AWS allows, and the deployment's own were among those refused.",
    next: "Deploy again; if it comes back, see what else calls AWS so often.",
  },
  cloudformation: {
    title: "The stack failed",
    meaning: "The CloudFormation stack that makes the deployment failed.",
    next: "Read the stack's events; the first failed resource says why.",
  },
  "service-fault": {
    title: "A fault of AWS",
    meaning: "CodeDeploy reports an internal error or that the account is not subscribed to what it needs.",
    next: "Look at the AWS Health Dashboard, and deploy again.",
  },
  "manual-stop": {
    title: "Somebody stopped it",
    meaning: "The deployment was stopped by a call, not by a failure.",
    next: "Ask who stopped it (CloudTrail's StopDeployment names them), and see whether targets were left between two revisions.",
  },
  "auto-rollback": {
    title: "Rolled back by rule",
    meaning: "The deployment ended because its group's rule for rollbacks took over.",
    next: "Look at what set the rule off: a failure or an alarm.",
  },
  unknown: {
    title: "Why is not on record",
    meaning: "No error code is on record that is known here: the look-up is missing, or AWS uses a new code.",
    next: "Look the deployment up in AWS by its id; the archived answers hold whatever was told.",
  },
};
