"""`flask --app app prices update`, against a service that answers as Azure's."""

from flask import Flask

from tests.price_service import running_price_service


def test_the_command_says_what_it_has_fetched_and_what_went_wrong(app: Flask) -> None:
    with running_price_service() as service:
        service.items = [each | {"currencyCode": "USD"} for each in service.items]
        done = app.test_cli_runner().invoke(args=["prices", "update", "--service", service.url])
        assert done.exit_code == 0, done.output
        assert "westeurope, LRS, in USD" in done.output
        assert "hot: 0.018 a GB and month" in done.output
        service.status = 500
        failed = app.test_cli_runner().invoke(args=["prices", "update", "--service", service.url])
    assert failed.exit_code == 1
    assert "answered 500" in failed.output
