"""Parses the files for deployment, and prints the names that they refer to as JSON.

Fails where a file does not follow its specification, or where one part names another that is not there.
"""

import json
import re
import sys
from pathlib import Path

import promql_parser
import yaml
from compose_spec import PyOptions

ROOT = Path(__file__).resolve().parents[3]
METRIC = re.compile(r"\btouchline_[a-z0-9_]+")


def compose():
    """The environment of each service that runs Touchline."""
    options = PyOptions()
    options.apply_merge = True
    file = options.from_yaml((ROOT / "docker-compose.yml").read_text())
    file.validate()
    project = file.to_dict()
    environments, mounted = {}, set()
    for name, service in project["services"].items():
        for other in service.get("depends_on", {}):
            assert other in project["services"], f"{name} waits for {other}, which is no service"
        for volume in service.get("volumes", []):
            source = volume["source"] if isinstance(volume, dict) else volume.split(":")[0]
            if source.startswith("."):
                mounted.add(source)
            else:
                assert source in project["volumes"], f"{name} mounts {source}, which is no volume"
        if "build" in service:
            assert "node2" not in name or service == project["services"]["node1"], "the nodes are alike"
            environment = service["environment"]
            environments[name] = environment
            folder = str(Path(environment["SECRET_KEY_FILE"]).parent)
            targets = [volume["target"] if isinstance(volume, dict) else volume.split(":")[1] for volume in service["volumes"]]
            assert folder in targets, f"{name} keeps its secret in {folder}, which is no volume: {targets}"
    for source in mounted:
        assert (ROOT / source).exists(), f"{source} is mounted, and not there"
    return environments


def expressions():
    """Every query of the dashboard and of the alerts."""
    dashboard = json.loads((ROOT / "deploy/grafana/dashboards/touchline.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"].replace("$__rate_interval", "1m")
    for group in yaml.safe_load((ROOT / "deploy/alerts.yml").read_text())["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]


def metrics():
    names = set()
    for title, expression in expressions():
        try:
            promql_parser.parse(expression)
        except ValueError as error:
            raise AssertionError(f"{title}: {expression}: {error}") from error
        names |= set(METRIC.findall(expression))
    return names


def provisioned():
    """Prometheus and Grafana find the files that compose mounts for them."""
    prometheus = yaml.safe_load((ROOT / "deploy/prometheus.yml").read_text())
    for file in prometheus["rule_files"]:
        assert (ROOT / "deploy" / file).exists(), file
    (source,) = yaml.safe_load((ROOT / "deploy/grafana/provisioning/datasources/prometheus.yml").read_text())["datasources"]
    text = (ROOT / "deploy/grafana/dashboards/touchline.json").read_text()
    used = {panel["datasource"]["uid"] for panel in json.loads(text)["panels"]}
    assert used == {source["uid"]}, used
    yaml.safe_load((ROOT / "deploy/grafana/provisioning/dashboards/touchline.yml").read_text())


provisioned()
json.dump({"environments": compose(), "metrics": sorted(metrics())}, sys.stdout)
