Feature: More

    Scenario: Use fixtures
        Given a folder
        Then it is empty

    Scenario: Skip
        Given something that is not there
        Then it is empty
