"""
moto's server, with the CloudFormation resources that moto itself leaves out (as of 5.2) and that these templates have: it warns
of them and goes on, so that a reference to one would be the word "None". Here each is made in moto's own model of the service
where there is one, so that it can be asked for over the API; of the others (STAND_INS) there is an ID and no more.

Also here: what CloudFormation documents of importing what exists (create-change-set --import-existing-resources): without it a
name that is taken fails the stack; with it the resource has to be named by a plain string and kept by its DeletionPolicy.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html

    python moto_server.py <port>
"""

import json
import sys
import uuid

from moto import server
from moto.apigatewayv2.models import apigatewayv2_backends
from moto.cloudformation import models as cloudformation
from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.responses import CloudFormationResponse
from moto.cloudfront.models import cloudfront_backends
from moto.core.common_models import CloudFormationModel
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table
from moto.glue.models import glue_backends
from moto.iam.access_control import PermissionResult
from moto.logs.models import LogGroup, logs_backends
from moto.s3.models import FakeBucket, s3_backends
from moto.sqs.models import sqs_backends


def resource(cfn_type, *, create, delete=None, attributes=None, name=""):
    """A CloudFormation resource: `create` and `delete` take (properties, account, region, name or ID)."""

    class Resource(CloudFormationModel):
        __module__ = "moto.cloudformation.added"  # moto counts instances by the second word

        def __init__(self, physical_id, found, properties):
            self.physical_resource_id = physical_id
            self.attributes = found
            self.properties = properties

        @staticmethod
        def cloudformation_name_type():
            return name

        @staticmethod
        def cloudformation_type():
            return cfn_type

        @classmethod
        def has_cfn_attr(cls, attr):
            return attr in (attributes or [])

        def get_cfn_attribute(self, attribute_name):
            if attribute_name not in self.attributes:
                raise ValidationError(message=f"{cfn_type} has no attribute {attribute_name} here")
            return self.attributes[attribute_name]

        @classmethod
        def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
            properties = cloudformation_json["Properties"]
            made = create(properties, account_id, region_name, resource_name)
            physical_id, found = made if isinstance(made, tuple) else (made, {})
            return cls(physical_id, found, properties)

        @classmethod
        def update_from_cloudformation_json(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
            original_resource.delete(account_id, region_name)
            return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)

        @classmethod
        def delete_from_cloudformation_json(cls, *_):
            pass

        def delete(self, account_id, region_name):
            if delete:
                delete(self.properties, account_id, region_name, self.physical_resource_id)

    return Resource


def lower_first(value):
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: lower_first(inner) for key, inner in value.items()}
    return value


def http_api(properties, account, region, _):
    wanted = dict.fromkeys(
        ["api_key_selection_expression", "cors_configuration", "description", "disable_schema_validation", "route_selection_expression", "version"]
    )
    api = apigatewayv2_backends[account][region].create_api(
        **wanted, disable_execute_api_endpoint=False, name=properties["Name"], protocol_type=properties["ProtocolType"], tags={}
    )
    return api.api_id, {"ApiId": api.api_id, "ApiEndpoint": api.api_endpoint}


def stage(properties, account, region, _):
    apigatewayv2_backends[account][region].create_stage(properties["ApiId"], lower_first(properties))
    return properties["StageName"]


def integration(properties, account, region, _):
    empty = dict.fromkeys(
        ["connection_id", "connection_type", "content_handling_strategy", "credentials_arn", "description", "integration_method", "integration_subtype"]
        + ["passthrough_behavior", "request_parameters", "request_templates", "response_parameters", "template_selection_expression", "tls_config"]
    )
    made = apigatewayv2_backends[account][region].create_integration(
        properties["ApiId"],
        **empty,
        integration_type=properties["IntegrationType"],
        integration_uri=properties["IntegrationUri"],
        payload_format_version=properties["PayloadFormatVersion"],
        timeout_in_millis=properties["TimeoutInMillis"],
    )
    return made.id


def route(properties, account, region, _):
    backend = apigatewayv2_backends[account][region]
    taken = [one for one in backend.get_api(properties["ApiId"]).routes.values() if one.route_key == properties["RouteKey"]]
    if taken:
        raise ValidationError(message=f"Route with key {properties['RouteKey']} already exists for this API")
    empty = dict.fromkeys(
        ["authorization_scopes", "authorization_type", "authorizer_id", "model_selection_expression", "operation_name", "request_models"]
        + ["request_parameters", "route_response_selection_expression"]
    )
    made = backend.create_route(
        properties["ApiId"], **empty, api_key_required=False, route_key=properties["RouteKey"], target=properties["Target"]
    )
    return made.route_id


def of_api(remove):
    """An API that is gone has taken everything of it along; CloudFormation takes that for deleted."""

    def delete(properties, account, region, physical_id):
        backend = apigatewayv2_backends[account][region]
        if properties["ApiId"] in backend.apis:
            remove(backend, properties["ApiId"], physical_id)

    return delete


def bucket_policy(properties, account, _region, _name):
    backend = s3_backends[account]["aws"]
    backend.put_bucket_policy(properties["Bucket"], json.dumps(properties["PolicyDocument"]).encode())
    return properties["Bucket"]


def delete_bucket_policy(properties, account, _region, _physical_id):
    # moto deletes in any order.
    if properties["Bucket"] in s3_backends[account]["aws"].buckets:
        s3_backends[account]["aws"].delete_bucket_policy(properties["Bucket"])


def queue_policy(properties, account, region, name):
    for url in properties["Queues"]:
        queue = sqs_backends[account][region].get_queue(url.rsplit("/", 1)[1])
        sqs_backends[account][region].set_queue_attributes(queue.name, {"Policy": json.dumps(properties["PolicyDocument"])})
    return name


def key_value_store(properties, account, _region, _name):
    store = cloudfront_backends[account]["aws"].create_key_value_store(properties["Name"], properties.get("Comment", ""), [])
    # moto has no API for what is in the store; the ARN is that of packages/emulator-aws's, which main.ts starts beside.
    store.arn = "arn:aws:cloudfront::000000000000:key-value-store/local"
    return store.name, {"Arn": store.arn, "Id": store.id, "Status": store.status}


def edge_function(properties, account, _region, _name):
    function = cloudfront_backends[account]["aws"].create_function(
        properties["Name"], properties["FunctionConfig"], properties["FunctionCode"].encode(), []
    )
    return function.arn, {"FunctionARN": function.arn}


def origin_access(properties, account, _region, _name):
    control = cloudfront_backends[account]["aws"].create_origin_access_control(properties["OriginAccessControlConfig"])
    return control.id, {"Id": control.id}




def distribution(properties, account, _region, _name):
    """moto takes the API's own form of the configuration, which has counted lists; what is asked for here is what it keeps of it."""
    config = properties["DistributionConfig"]

    # moto's model keeps origins, aliases, price class and the default behaviour; a test reads the rest in the template.
    made = cloudfront_backends[account]["aws"].create_distribution(
        {
            "CallerReference": str(uuid.uuid4()),
            "Comment": config["Comment"],
            "Enabled": str(config["Enabled"]).lower(),
            "PriceClass": config["PriceClass"],
            "HttpVersion": config["HttpVersion"],
            "Aliases": {"Items": config.get("Aliases") or []},
            "Origins": {"Items": [{"Id": one["Id"], "DomainName": one["DomainName"]} for one in config["Origins"]]},
            "DefaultCacheBehavior": {key: config["DefaultCacheBehavior"][key] for key in ("TargetOriginId", "ViewerProtocolPolicy")},
        },
        [],
    )[0]
    return made.distribution_id, {"DomainName": made.domain_name, "Id": made.distribution_id}


def glue_database(properties, account, region, _name):
    wanted = properties["DatabaseInput"]
    glue_backends[account][region].create_database(wanted["Name"], wanted)
    return wanted["Name"]


def glue_table(properties, account, region, _name):
    wanted = properties["TableInput"]
    glue_backends[account][region].create_table(properties["DatabaseName"], wanted["Name"], wanted)
    return wanted["Name"]


def stand_in(_properties, _account, _region, _name):
    physical_id = str(uuid.uuid4())
    return physical_id, {"Arn": f"arn:aws:emulator:::{physical_id}", "Id": physical_id}


STAND_INS = [
    "AWS::CloudFront::CachePolicy",
    "AWS::CloudFront::OriginRequestPolicy",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::Logs::MetricFilter",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
]

BucketPolicy = resource("AWS::S3::BucketPolicy", create=bucket_policy, delete=delete_bucket_policy)

ADDED = [
    resource(
        "AWS::ApiGatewayV2::Api",
        create=http_api,
        delete=lambda _, account, region, api: apigatewayv2_backends[account][region].delete_api(api),
        attributes=["ApiId", "ApiEndpoint"],
    ),
    resource("AWS::ApiGatewayV2::Stage", create=stage, delete=of_api(lambda backend, api, name: backend.delete_stage(api, name))),
    resource("AWS::ApiGatewayV2::Integration", create=integration, delete=of_api(lambda backend, api, one: backend.delete_integration(api, one))),
    resource("AWS::ApiGatewayV2::Route", create=route, delete=of_api(lambda backend, api, one: backend.delete_route(api, one))),
    BucketPolicy,
    resource("AWS::SQS::QueuePolicy", create=queue_policy),
    resource(
        "AWS::CloudFront::KeyValueStore",
        create=key_value_store,
        delete=lambda properties, account, _, __: cloudfront_backends[account]["aws"].delete_key_value_store(properties["Name"]),
        attributes=["Arn", "Id", "Status"],
    ),
    resource(
        "AWS::CloudFront::Function",
        create=edge_function,
        delete=lambda properties, account, _, __: cloudfront_backends[account]["aws"].delete_function(properties["Name"], True),
        attributes=["FunctionARN"],
    ),
    resource(
        "AWS::CloudFront::OriginAccessControl",
        create=origin_access,
        delete=lambda _, account, __, one: cloudfront_backends[account]["aws"].delete_origin_access_control(one),
        attributes=["Id"],
    ),
    resource(
        "AWS::CloudFront::Distribution",
        create=distribution,
        delete=lambda _, account, __, one: cloudfront_backends[account]["aws"].delete_distribution(one, True),
        attributes=["DomainName", "Id"],
    ),
    resource(
        "AWS::Glue::Database",
        create=glue_database,
        delete=lambda properties, account, region, _: glue_backends[account][region].delete_database(properties["DatabaseInput"]["Name"]),
    ),
    resource("AWS::Glue::Table", create=glue_table),
    *[resource(cfn_type, create=stand_in, attributes=["Arn", "Id"]) for cfn_type in STAND_INS],
]

# --- a type that is neither moto's nor added is an error: moto itself would warn, and leave it out ---
class_of = parsing.resource_class_from_type


def class_or_error(cfn_type):
    found = class_of(cfn_type)
    if found is None:
        raise ValidationError(message=f"{cfn_type} is not known to moto: add it to tests/deploy/moto_server.py and ADR 24")
    return found


parsing.resource_class_from_type = class_or_error

# --- importing what exists ---

# By stack ID: whether its last change set imports, and its template before anything in it was resolved.
change_sets = {}
create_change_set = cloudformation.CloudFormationBackend.create_change_set


def remember_change_set(self, *args, **kwargs):
    change_set_id, stack_id = create_change_set(self, *args, **kwargs)
    change_sets[stack_id] = (importing, json.loads(kwargs["template"]))
    return change_set_id, stack_id


importing = False
respond_create_change_set = CloudFormationResponse.create_change_set


def note_import(self):
    global importing
    importing = self._get_bool_param("ImportExistingResources", False)
    return respond_create_change_set(self)


cloudformation.CloudFormationBackend.create_change_set = remember_change_set
CloudFormationResponse.create_change_set = note_import


def adopt(model, name_property, find):
    create = model.create_from_cloudformation_json.__func__

    def create_or_adopt(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        existing = find(account_id, region_name, resource_name, cloudformation_json["Properties"])
        if existing is None:
            return create(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs)
        imports, template = change_sets.get(kwargs["StackId"], (False, {"Resources": {}}))
        given = template["Resources"].get(kwargs["LogicalId"], {})
        if not imports:
            raise ValidationError(message=f"{resource_name} already exists")
        if not isinstance(given.get("Properties", {}).get(name_property), str):
            raise ValidationError(message=f"{resource_name} already exists, and cannot be imported: its name is not a plain string")
        if given.get("DeletionPolicy") not in ("Retain", "RetainExceptOnCreate"):
            raise ValidationError(message=f"{resource_name} already exists, and cannot be imported: it is not kept by its DeletionPolicy")
        return existing

    model.create_from_cloudformation_json = classmethod(create_or_adopt)


def find_policy(account, _region, _name, properties):
    bucket = s3_backends[account]["aws"].buckets.get(properties["Bucket"])
    return BucketPolicy(properties["Bucket"], {}, properties) if bucket and bucket.policy else None


adopt(Table, "TableName", lambda account, region, name, _: dynamodb_backends[account][region].tables.get(name))
adopt(FakeBucket, "BucketName", lambda account, _region, name, _: s3_backends[account]["aws"].buckets.get(name))
adopt(BucketPolicy, "Bucket", find_policy)
adopt(LogGroup, "LogGroupName", lambda account, region, name, _: logs_backends[account][region].groups.get(name))


# --- moto does not update outputs and exports after a change set ---
execute_change_set = cloudformation.CloudFormationBackend.execute_change_set


def execute_and_tell(self, change_set_name, stack_name=None):
    execute_change_set(self, change_set_name, stack_name)
    stack = self.get_stack(stack_name)
    stack._parse_template()
    stack.output_map = stack._create_output_map()
    for export in stack.exports:
        self.exports[export.name] = export


cloudformation.CloudFormationBackend.execute_change_set = execute_and_tell

# --- bucket policies are kept and shown, not enforced: moto does not read conditions, and "deny, if not over TLS" would deny ---
FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL

# --- the template's check: moto takes advice of cfn-lint for an error, and refuses on it ---
validate = cloudformation.validate_template_cfn_lint
cloudformation.validate_template_cfn_lint = lambda template: [one for one in validate(template) if one.rule.id.startswith("E")]

if __name__ == "__main__":
    server.main(["-H", "127.0.0.1", "-p", sys.argv[1]])
