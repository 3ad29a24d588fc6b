"""A moto server of its own environment, to which the synthesised templates are deployed as far as it goes."""

import io
import json
import subprocess
import time
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import boto3

from infra.local.processes import free_port
from infra.packages import ROOT

Json = dict[str, Any]

PYTHON: Final = ROOT / ".venv-checks" / "bin" / "python"
ACCOUNT: Final = "123456789012"  # moto's
# Says which kinds of resources CloudFormation can make, and starts.
SERVER: Final = """
import json, sys
from moto.cloudformation.parsing import get_model_map
from moto.server import main
print(json.dumps(sorted(get_model_map())), flush=True)
main(["--port", sys.argv[1]])
"""


class MotoCloud:
    """A running moto server; ``kinds`` are those that its CloudFormation can make."""

    def __init__(self, endpoint: str, kinds: frozenset[str]) -> None:
        self._endpoint = endpoint
        self.kinds = kinds
        self._session = boto3.Session(aws_access_key_id="moto", aws_secret_access_key="moto")

    def client(self, service: str, region: str) -> Any:
        """Return a client that talks to this server alone."""
        return self._session.client(service, endpoint_url=self._endpoint, region_name=region)

    def tell(self, path: str, body: Json) -> None:
        """Say something to moto itself."""
        request = urllib.request.Request(f"{self._endpoint}/moto-api/{path}", data=json.dumps(body).encode())
        request.add_header("Content-Type", "application/json")
        urllib.request.urlopen(request).close()

    def bootstrap(self, region: str, packages: set[str]) -> None:
        """Do what ``cdk bootstrap`` and the upload of packages do; what is in them is tried elsewhere."""
        bucket = f"cdk-hnb659fds-assets-{ACCOUNT}-{region}"
        at = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        self.client("s3", region).create_bucket(Bucket=bucket, **at)
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr("empty.py", "")
        for key in packages:
            self.client("s3", region).put_object(Bucket=bucket, Key=key, Body=package.getvalue())
        version = {"Name": "/cdk-bootstrap/hnb659fds/version", "Value": "30", "Type": "String"}
        self.client("ssm", region).put_parameter(**version)

    def deploy(self, name: str, template: Json, region: str) -> dict[str, str]:
        """Create a stack; return the physical ids of its resources by their logical ids."""
        cloudformation = self.client("cloudformation", region)
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"])
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE", stack
        made = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        assert all("LogicalResourceId" in each for each in made), [e for e in made if "LogicalResourceId" not in e]
        # moto gives layers none.
        return {each["LogicalResourceId"]: each.get("PhysicalResourceId", "") for each in made}


@contextmanager
def moto_server(log: Path) -> Iterator[MotoCloud]:
    """Run the server for as long as the block lasts; what it says goes to ``log``."""
    if not PYTHON.exists():
        raise AssertionError("make setup installs moto's server into .venv-checks")
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    command = [str(PYTHON), "-c", SERVER, str(port)]
    with (
        log.open("w") as said,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True) as process,
    ):
        try:
            assert process.stdout
            kinds = frozenset(json.loads(process.stdout.readline()))
            while not _answers(endpoint):
                assert process.poll() is None, log.read_text()
                time.sleep(0.1)
            yield MotoCloud(endpoint, kinds)
        finally:
            process.terminate()


def _answers(endpoint: str) -> bool:
    try:
        urllib.request.urlopen(f"{endpoint}/moto-api/data.json").close()
    except OSError:
        return False
    return True


def without(template: Json, kinds: frozenset[str] | set[str]) -> Json:
    """Leave out the resources of some kinds, and whatever leads to them."""
    left_out = {name for name, resource in template["Resources"].items() if resource["Type"] in kinds}

    def mended(value: Any) -> Any:
        match value:
            case {"Ref": str(name)} if name in left_out and template["Resources"][name]["Type"].endswith("::Alias"):
                # Permissions are given to the function itself instead.
                return template["Resources"][name]["Properties"]["FunctionName"]
            case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), _]} if name in left_out:
                # Long enough to be taken apart, as names are taken out of ARNs.
                return f"arn:aws:none:{ACCOUNT}:left-out:{name}:{name}-a-b-c-d-e"
            case dict():
                return {key: mended(each) for key, each in value.items()}
            case list():
                return [mended(each) for each in value]
        return value

    resources = {name: mended(each) for name, each in template["Resources"].items() if name not in left_out}
    for resource in resources.values():
        before = resource.pop("DependsOn", [])
        resource["DependsOn"] = [name for name in _several(before) if name not in left_out]
    # Only what other stacks import; moto lacks attributes that are merely shown.
    outputs: Mapping[str, Json] = template.get("Outputs", {})
    exported = {name: mended(output) for name, output in outputs.items() if "Export" in output}
    return {"Parameters": template.get("Parameters", {}), "Resources": resources, "Outputs": exported}


def _several(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
